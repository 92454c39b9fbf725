"""The address table. Every address needs a signed-in person unless its view says otherwise (tests/architecture)."""

from django.urls import include, path

urlpatterns = [
    path("", include("zhiheng.workbench.urls")),
    path("", include("zhiheng.demo.urls")),
    path("cases/", include("zhiheng.cases.urls")),
    path("screening/", include("zhiheng.screening.urls")),
    path("", include("zhiheng.rulemaking.urls")),
    path("reviews/", include("zhiheng.reviews.urls")),
    path("registers/", include("zhiheng.registers.urls")),
    path("inspections/", include("zhiheng.enforcement.urls")),
    path("exchange/", include("zhiheng.exchange.urls")),
    path("plans/", include("zhiheng.plans.urls")),
    path("matters/", include("zhiheng.matters.urls")),
    path("reports/", include("zhiheng.reports.urls")),
    path("people/", include("zhiheng.accounts.urls")),
]

handler400 = "zhiheng.ui.errors.bad_request"
handler403 = "zhiheng.ui.errors.forbidden"
handler404 = "zhiheng.ui.errors.not_found"
handler500 = "zhiheng.ui.errors.server_error"
