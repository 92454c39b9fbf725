"""Drawings: the same figure is found through scale, margins and format; other figures are not; whatever cannot be read is told."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from zhiheng.documents import services as documents
from zhiheng.refusal import Refused
from zhiheng.screening import drawings as services
from zhiheng.screening import running
from zhiheng.screening.engine import drawings
from zhiheng.screening.engine.limits import Limits
from zhiheng.screening.models import DrawingFile, Group
from zhiheng.screening.tests.received import RECEIVED, faults_of_filings, number, received_and_split, row


def figure(seed: int, size: int = 480) -> Image.Image:
    """Line art as patents have it: boxes, circles, strokes on white."""
    rng = Random(seed)
    image = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(image)
    at = lambda: rng.randint(20, size - 20)  # noqa: E731
    for _ in range(rng.randint(5, 9)):
        one, two, three, four = at(), at(), at(), at()
        box = (min(one, three), min(two, four), max(one, three) + 2, max(two, four) + 2)
        rng.choice((pen.rectangle, pen.ellipse))(box, outline=0, width=rng.randint(2, 5))
        pen.line((at(), at(), at(), at()), fill=0, width=rng.randint(2, 5))
    return image


def as_bytes(image: Image.Image, form: str = "PNG", **how) -> bytes:
    made = io.BytesIO()
    image.save(made, form, **how)
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def print_of(image: Image.Image, tmp_path, form="PNG", **how) -> str:
    path = tmp_path / "one.zip"
    path.write_bytes(zipped({f"{number(1)}/1.{form.lower()}": as_bytes(image, form, **how)}))
    ((_, _, hexed),), left = drawings.fingerprints(str(path))
    assert not left
    return hexed


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_a_figure_is_itself_through_scale_margin_and_format(tmp_path):
    most = Limits().drawing_bits
    for seed in range(12):
        image = figure(seed)
        plain = print_of(image, tmp_path)
        assert apart(plain, print_of(image.resize((300, 300), Image.Resampling.LANCZOS), tmp_path)) <= most
        assert apart(plain, print_of(ImageOps.expand(image, (60, 10, 5, 130), 255), tmp_path)) <= most
        assert apart(plain, print_of(image.convert("RGB"), tmp_path, "JPEG", quality=60)) <= most
        assert apart(plain, print_of(image.convert("1"), tmp_path, "TIFF")) <= most


def test_other_figures_are_far(tmp_path):
    prints = [print_of(figure(seed), tmp_path) for seed in range(40)]
    nearest = min(apart(a, b) for i, a in enumerate(prints) for b in prints[i + 1 :])
    assert nearest > Limits().drawing_bits


@given(st.text(max_size=60))
def test_a_number_is_read_from_a_name_or_there_is_none(name):
    found = drawings.number_in(f"{name}/图1.png")
    assert found == "" or any(c.isdigit() for c in name)


@pytest.mark.parametrize(
    "name",
    ["{n}/图1.png", "附图/CN{n}/1.png", "{n}_图2.png", "ZL{b}-1.png", "第一批/{b}.X/../{n}.png", "{w}/1.png"],
)
def test_numbers_stand_in_names_of_files_and_folders(name):
    n = number(7)
    wide = n.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert drawings.number_in(name.format(n=n, b=n.replace(".", ""), w=wide)) == n


def test_what_cannot_be_read_is_told_with_its_reason(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(
        zipped(
            {
                f"{number(1)}/1.png": as_bytes(figure(1)),
                f"{number(1)}/2.png": b"not a picture",
                f"{number(1)}/3.png": as_bytes(Image.new("L", (400, 400), 255)),
                f"{number(1)}/4.pdf": b"%PDF-1.7",
                "无号/1.png": as_bytes(figure(2)),
            }
        )
    )
    taken, left = drawings.fingerprints(str(path))
    assert [one[:2] for one in taken] == [(number(1), f"{number(1)}/1.png")]
    whys = dict(left)
    assert "损坏" in whys[f"{number(1)}/2.png"] and "没有内容" in whys[f"{number(1)}/3.png"]
    assert "不是图片" in whys[f"{number(1)}/4.pdf"] and "没有申请号" in whys["无号/1.png"]
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(drawings.Unreadable, match="zip"):
        drawings.fingerprints(str(path))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2**64 - 1)), max_size=24), st.integers(0, 96))
def test_pairs_are_those_that_counting_bits_finds(figures, most):
    table = [
        (str(document), f"{place}.png", f"{value:064x}") for place, (document, value) in enumerate(figures)
    ]
    gathered = drawings.gathered(table, {str(n): n for n in range(6)})
    expected = {}
    for i, (a, one) in enumerate(figures):
        for b, other in figures[i + 1 :]:
            bits = (one ^ other).bit_count()
            if a != b and bits <= most:
                pair = (min(a, b), max(a, b))
                expected[pair] = min(bits, expected.get(pair, 999))
    found = {
        (int(gathered.rows[one.first]), int(gathered.rows[one.second])): one.bits
        for one in drawings.alike(gathered, most)
    }
    assert found == expected


def test_more_pairs_than_room_are_all_found():
    table = [(str(n), "x", f"{n % 2:064x}") for n in range(80)]
    gathered = drawings.gathered(table, {str(n): n for n in range(80)})
    assert len(drawings.alike(gathered, 1)) == 80 * 79 // 2


# ---- with a list


def taken_in(world, received, files: dict[str, bytes]) -> DrawingFile:
    digest = documents.store(zipped(files))
    return services.take_in(
        actor=world.city.handler, received=received, digest=digest, name="附图.zip", on=RECEIVED
    )


def test_applications_with_one_figure_are_a_group_with_its_own_kind_of_evidence(world, signed_in):
    received = received_and_split(world, [row(n) for n in range(1, 9)])
    same = figure(5)
    files = {f"{number(n)}/1.png": as_bytes(figure(100 + n)) for n in range(3, 9)}
    files |= {
        f"{number(1)}/a.png": as_bytes(same),
        f"{number(2)}/b.jpg": as_bytes(same.convert("RGB").resize((350, 350)), "JPEG"),
        f"{number(99)}/1.png": as_bytes(same),
    }
    file = taken_in(world, received, files)
    assert (file.applications, file.figures, file.strange) == (8, 8, 1)
    run = running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={})
    group = next(one for one in Group.objects.filter(run=run) if "附图" in one.kinds)
    signal = next(one for one in group.data["signals"] if one["kind"] == "drawings")
    assert set(signal["documents"]) == {number(1), number(2)}
    assert "指纹只差" in signal["evidence"][0]["words"] and signal["grounds"]
    assert any("8件申请有附图" in note for note in run.notes)
    again = running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={}, repeats=run)
    assert running.equal(again) is True
    assert not faults_of_filings()
    # Both are shown side by side to whoever may see them.
    text = signed_in(world.city.handler).get(f"/screening/groups/{group.pk}/").content.decode()
    pictures = re.findall(r'src="([^"]+/figures/[0-9a-f]+\.png)"', text)
    assert len(pictures) == 2
    for address in pictures:
        answer = signed_in(world.city.handler).get(address)
        assert answer["Content-Type"] == "image/png" and answer.content.startswith(b"\x89PNG")
        assert signed_in(world.b.handler).get(address).status_code == 404


def test_a_zip_without_any_drawing_of_the_list_is_refused(world):
    received = received_and_split(world, [row(1)])
    with pytest.raises(Refused, match="没有这份名单中申请的附图"):
        taken_in(world, received, {f"{number(9)}/1.png": as_bytes(figure(1))})
    assert not DrawingFile.objects.exists()
