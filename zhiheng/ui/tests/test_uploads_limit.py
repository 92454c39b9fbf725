"""A file past the limit never reaches the view, and the person reads why."""

from __future__ import annotations

from pathlib import Path

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from zhiheng.ui.forms import Form, UploadField
from zhiheng.ui.uploads import OversizedFile


class UploadForm(Form):
    note = django_forms.CharField(label="说明", required=False)
    file = UploadField(label="台账文件", endings=(".csv", ".xlsx"))


def read_it(request):
    return HttpResponse(request.FILES["file"].read())


urlpatterns = [path("read/", read_it)]


def upload(size: int, name: str = "台账.csv", **more):
    file = SimpleUploadedFile(name, b"a" * size)
    request = RequestFactory().post("/", {"file": file, "note": "二季度", **more})
    return UploadForm(request.POST, request.FILES)


@pytest.fixture(autouse=True)
def limit(settings):
    settings.UPLOAD_LIMIT_BYTES = 3 * 1024 * 1024


def test_a_file_within_the_limit_arrives_whole():
    form = upload(3 * 1024 * 1024)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["file"].size == 3 * 1024 * 1024


def test_a_file_past_the_limit_is_refused_at_its_field_and_the_rest_of_the_form_arrives():
    form = upload(3 * 1024 * 1024 + 1)
    assert not form.is_valid()
    assert "超过 3 MB，没有接收" in form.errors["file"][0]
    assert form.cleaned_data["note"] == "二季度"


def test_the_limit_counts_all_files_of_one_request():
    big = b"a" * (2 * 1024 * 1024)
    request = RequestFactory().post(
        "/", {"one": SimpleUploadedFile("1.csv", big), "two": SimpleUploadedFile("2.csv", big)}
    )
    assert not isinstance(request.FILES["one"], OversizedFile)
    assert isinstance(request.FILES["two"], OversizedFile)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("台账.exe", 5, "类型不对，可以上传：.csv .xlsx。"), ("台账.csv", 0, "文件是空的")],
)
def test_other_files_are_refused_in_words(name, size, words):
    form = upload(size, name)
    assert words in form.errors["file"][0]


def test_nothing_of_an_oversized_file_is_kept(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    form = upload(9 * 1024 * 1024)
    assert "没有接收" in form.errors["file"][0]
    assert sum(file.stat().st_size for file in Path(tmp_path).iterdir()) <= 3 * 1024 * 1024


def test_a_view_that_reads_an_oversized_file_ends_in_the_413_page(world, signed_in):
    urls = type("urls", (), {"urlpatterns": urlpatterns, "handler400": "zhiheng.ui.errors.bad_request"})
    from zhiheng import urls as real

    urls.urlpatterns = [*urlpatterns, *real.urlpatterns]
    with override_settings(ROOT_URLCONF=urls):
        answer = signed_in(world.a.handler).post(
            "/read/", {"file": SimpleUploadedFile("a.csv", b"a" * (4 * 1024 * 1024))}
        )
    assert answer.status_code == 413
    assert "文件“a.csv”超过 3 MB" in answer.content.decode()
