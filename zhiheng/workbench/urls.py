from django.urls import path

from .views import audit, exports, home, law, statutes

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("clocks/", home.clocks, name="clocks"),
    path("work/", home.work, name="work"),
    path("work/proposed/", home.proposed, name="work-proposed"),
    path("work/done/", home.done, name="work-done"),
    path("work/signed/", home.signed, name="work-signed"),
    path("readings/", audit.readings, name="readings"),
    path("audit/", audit.entries, name="audit"),
    path("audit/check/", audit.check, name="audit-check"),
    path("audit/checks/<int:pk>/", audit.checked, name="audit-checked"),
    path("audit/<int:seq>/", audit.entry, name="audit-entry"),
    path("exports/", exports.index, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.fetch, name="export-file"),
    path("law/", law.index, name="law"),
    path("law/procedures/<str:code>/", law.procedure, name="law-procedure"),
    path("law/penalties/<slug:code>/", law.fine_rule, name="law-fine-rule"),
    path("law/calendars/<int:year>/", law.calendar, name="law-calendar"),
    path("law/forms/<slug:code>/", law.form, name="law-form"),
    path("law/search/", statutes.search, name="law-search"),
    path("law/articles/", statutes.pick, name="law-articles"),
    path("law/texts/", statutes.take_in, name="law-texts"),
    path("law/instruments/<slug:code>/", statutes.instrument, name="law-instrument"),
    path("law/instruments/<slug:code>/touched/<str:number>/", statutes.touched, name="law-touched"),
    path("law/deadline/", law.deadlines, name="law-deadlines"),
    path("law/deadline/<str:code>/<slug:clock>/", law.deadline, name="law-deadline"),
    path("law/fine/", law.fine, name="law-fine"),
]
