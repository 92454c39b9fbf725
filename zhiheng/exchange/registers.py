"""The kinds of records of the exchange between installations, declared."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Door, Register, State, register

from . import keys, making, packages
from .models import Incoming, Outgoing, Partner


def _partner_faults(partner: Partner, on: date):
    parts = urlsplit(partner.address)
    if partner.address and (parts.scheme not in ("https", "http") or not parts.hostname or parts.query):
        yield Reason("系统地址应写作 https://主机名，不带问号", field="address")
    if not packages.is_key(partner.key):
        yield Reason("公钥应是64位数字和小写字母 a–f", way_out="请从对方“本系统公钥”页面复制", field="key")
    elif partner.key == keys.own_public():
        yield Reason("这是本系统自己的公钥", way_out="请填写对方的公钥", field="key")


register(
    Register(
        code="partners",
        model=Partner,
        noun="个",
        icon="users",
        right=Right.KEEP_PARTNERS,
        day="since",
        shows="name address since state",
        finds="name address key",
        states=(
            State("ended", "已停用", lambda on: Q(ended_on__lte=on)),
            State("known", "在用", Q(), "green"),
        ),
        acts=(
            Begin("know", "登记协作对象", "name address? key since",
                  intro="登记后，本系统接收以这把公钥签名的协作包，也可以向它发送。公钥请当面或者电话核对指纹。"),
            Act("end", "停用", "ended_on", states="known"),
        ),
        check=_partner_faults,
        attachments="协议 公钥确认书",
        until="ended_on",
        doors=(Door("本系统公钥", "exchange-key", icon="key", of="list"),),
    ),
    Register(
        code="outgoing",
        model=Outgoing,
        noun="件",
        icon="send",
        right=Right.EXCHANGE,
        parent="letter",
        day="made_on",
        shows="title partner letter kind made_on delivered_on trouble state",
        finds="letter__subject letter__number ident",
        states=(
            State("delivered", "已送达", Q(delivered_on__isnull=False), "green"),
            State("failing", "未送达，将重试", ~Q(trouble=""), "red"),
            State("waiting", "待送达", Q(), "amber"),
        ),
        acts=(
            Begin(
                "send", "发送协作包", "partner summary? made_on", sets=making.sealed,
                intro="函件和它所附的文件一并签名封装；登记后由系统送达，送不到的自动重试，也可以下载文件另行送交。",
            ),
            Act("deliver", "送达", "delivered_on receipt", states="waiting failing", by_hand=False),
            Act("fail", "未送达", "trouble", states="waiting failing", by_hand=False),
            Act("again", "要求立即再送", "", states="waiting failing", by_hand=False),
        ),
        check=making.faults,
        doors=(
            Door("下载协作包", "exchange-package", icon="download"),
            Door("立即再送", "exchange-again", icon="send", right=Right.EXCHANGE,
                 offered=lambda one: one.state in ("waiting", "failing") and bool(one.partner.address)),
        ),
    ),
    Register(
        code="incoming",
        model=Incoming,
        noun="件",
        icon="file-import",
        right=Right.EXCHANGE,
        day="received_on",
        shows="subject kind partner number sent_on received_on state",
        finds="subject number ident",
        states=(
            State("taken", "已登记", Q(taken_on__isnull=False), "green"),
            State("dropped", "不予登记", Q(dropped_on__isnull=False)),
            State("waiting", "待登记", Q(), "amber"),
        ),
        acts=(
            Begin(
                "receive", "收到协作包",
                "partner ident kind subject number sent_on received_on summary? evidence? answers? digest receipt",
                by_hand=False,
            ),
            Act("take_in", "登记收函", "letter taken_on", states="waiting", by_hand=False),
            Act("drop", "不予登记", "dropped_on dropped_why", states="waiting"),
        ),
        doors=(
            Door("登记为函件", "exchange-take-in", icon="check", right=Right.EXCHANGE, first=True,
                 offered=lambda one: one.state == "waiting"),
            Door("下载协作包", "exchange-received", icon="download"),
            Door("下载回执", "exchange-receipt", icon="download"),
            Door("读入协作包或回执", "exchange-read", icon="upload", of="list", right=Right.EXCHANGE),
        ),
        empty="还没有收到协作包。对方送来的自动列在这里；以文件送来的，用“读入协作包或回执”。",
    ),
)  # fmt: skip
