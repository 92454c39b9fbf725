"""The people pages and the sign-in page as they answer."""

from __future__ import annotations

from datetime import date

from tests.world import PASSWORD
from zhiheng.accounts.lists import certificate_words
from zhiheng.accounts.models import Person
from zhiheng.audit.models import Entry

ON = date(2024, 6, 3)


def test_signing_in_and_failing_to_are_in_the_ledger(world, client):
    client.post("/people/sign-in/", {"username": "jia-chengban", "password": "wrong"})
    client.post("/people/sign-in/", {"username": "没有这个人", "password": "wrong"})
    client.post("/people/sign-in/", {"username": "jia-chengban", "password": PASSWORD})
    client.post("/people/sign-out/")
    assert list(Entry.objects.values_list("action", "subject_name")) == [
        ("登录失败", "朱文渊"),
        ("登录失败", "没有这个人"),
        ("登录", "朱文渊"),
        ("退出登录", "朱文渊"),
    ]
    assert "wrong" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_the_fifth_wrong_password_stops_signing_in_for_a_while(world, client):
    for _ in range(4):
        assert (
            client.post("/people/sign-in/", {"username": "jia-chengban", "password": "x"}).status_code == 200
        )
    answer = client.post("/people/sign-in/", {"username": "jia-chengban", "password": "x"})
    assert answer.status_code == 429
    assert "之后再试" in answer.content.decode()
    # The right password does not help until then.
    assert (
        client.post("/people/sign-in/", {"username": "jia-chengban", "password": PASSWORD}).status_code == 429
    )
    assert Entry.objects.filter(action="登录失败，暂停登录").exists()


def test_the_list_costs_the_same_for_few_and_many_people(world, signed_in, django_assert_max_num_queries):
    client = signed_in(world.city.admin)
    with django_assert_max_num_queries(12):
        page = client.get("/people/").content.decode()
    assert "朱文渊" in page
    assert f"共 {Person.objects.count()} 人" in page


def test_filters_find_people_by_role_unit_and_certificate(world, signed_in):
    client = signed_in(world.city.admin)

    def names(query):
        return {row.name for row in client.get("/people/?" + query).context["listing"].rows}

    assert names("role=unit_admin") == {"施政和"}
    assert names("certificate=expired") == {"张逾期"}
    assert names("unit=500103&role=leader") == {"华乙岳"}
    assert names("certificate=none&unit=500112") == {"施政和"}
    assert names("q=jia-cheng") == {"朱文渊"}


def test_an_administrator_adds_a_person_on_the_page(world, signed_in):
    client = signed_in(world.a.admin)
    fields = {"name": "新同志", "username": "xin-tongzhi", "unit": "500112", "password": "yi-ge-mima-1"}
    answer = client.post("/people/new/", fields)
    made = Person.objects.get(username="xin-tongzhi")
    assert answer.url == f"/people/{made.pk}/"
    # A unit outside the administrator's reach is not even on offer.
    answer = client.post("/people/new/", fields | {"username": "another", "unit": "500103"})
    assert answer.status_code == 422
    assert not Person.objects.filter(username="another").exists()


def test_a_refusal_is_shown_at_the_field(world, signed_in):
    client = signed_in(world.a.admin)
    answer = client.post(
        f"/people/{world.a.handler.pk}/roles/new/", {"role": "handler", "since": "2024年6月3日"}
    )
    assert answer.status_code == 422
    assert "已任承办人" in str(answer.context["form"].errors["role"])


def test_a_handler_sees_people_but_no_buttons(world, signed_in):
    client = signed_in(world.a.handler)
    page = client.get(f"/people/{world.a.leader.pk}/").content.decode()
    assert "何以正" in page and "授予角色" not in page
    assert "由本单位管理员或者系统管理员办理" in page
    answer = client.post(f"/people/{world.a.leader.pk}/password/", {"password": "yi-ge-mima-1"})
    assert answer.status_code == 422
    assert "您没有这个角色" in answer.content.decode()


def test_a_certificate_warns_before_it_ends():
    assert certificate_words(None, ON) == ("plain", "无执法证")
    assert certificate_words(date(2024, 6, 2), ON) == ("red", "已过期1天")
    assert certificate_words(ON, ON) == ("amber", "今日到期")
    assert certificate_words(date(2024, 8, 2), ON) == ("amber", "还有60天到期")
    assert certificate_words(date(2024, 8, 3), ON) == ("green", "有效")


def test_a_person_can_be_added_to_every_unit_the_administrator_sees(world, signed_in):
    client = signed_in(world.city.admin)
    offered = [code for code, _ in client.get("/people/new/").context["form"].fields["unit"].choices if code]
    assert len(offered) == 3
    for code in offered:
        fields = {"name": "新同志", "username": f"xin-{code}", "unit": code, "password": "yi-ge-mima-1"}
        answer = client.post("/people/new/", fields)
        made = Person.objects.get(username=f"xin-{code}")
        assert (answer.status_code, made.unit.code) == (302, code)


def test_people_of_other_units_are_nobodys_business(world, signed_in):
    mine = signed_in(world.a.handler)
    page = mine.get("/people/").content.decode()
    assert "秦子衿" in page and "孔邻里" not in page and "郑立群" not in page
    assert mine.get(f"/people/{world.a.co_handler.pk}/").status_code == 200
    for stranger in (world.b.handler, world.city.unit_head):
        assert mine.get(f"/people/{stranger.pk}/").status_code == 404
    assert signed_in(world.city.auditor).get(f"/people/{world.b.handler.pk}/").status_code == 200
