from django.urls import path

from zhiheng.matters.urls import record_urls

from . import public, views

urlpatterns = [
    path("rulemaking/", views.rulemaking, name="rulemaking"),
    path("rulemaking/higher-law/", views.higher_law_moved, name="higher-law"),
    path("rulemaking/<int:pk>/text/", views.draft_text, name="draft-text"),
    path("rulemaking/<int:pk>/text/write/", views.draft_write, name="draft-write"),
    path(
        "rulemaking/<int:pk>/text/articles/<slug:provision>/", views.draft_provision, name="draft-provision"
    ),
    path("rulemaking/<int:pk>/text/notes/<slug:provision>/", views.draft_note, name="draft-note"),
    path("rulemaking/<int:pk>/text/<int:seq>/docx/", views.draft_docx, name="draft-docx"),
    path("rulemaking/<int:pk>/text/<int:seq>/changes/", views.draft_changes, name="draft-changes"),
    path("rulemaking/<int:pk>/text/<int:seq>/decision/", views.draft_decision, name="draft-decision"),
    path("rulemaking/<int:pk>/text/follow/", views.draft_follow, name="draft-follow"),
    path("rulemaking/<int:pk>/text/explanation/", views.draft_explanation, name="draft-explanation"),
    path("rulemaking/<int:pk>/comments/", views.draft_comments, name="draft-comments"),
    path("rulemaking/<int:pk>/comments/group/", views.comments_group, name="draft-comments-group"),
    path(
        "rulemaking/<int:pk>/comments/group/<int:job_pk>/",
        views.comments_grouping,
        name="draft-comments-grouping",
    ),
    path("rulemaking/<int:pk>/comments/all/", views.draft_comment_list, name="draft-comment-list"),
    path("rulemaking/<int:pk>/comments/table/", views.adoption_table, name="draft-adoption-table"),
    path("rulemaking/<int:pk>/comments/unit/", views.unit_comment, name="draft-unit-comment"),
    path("rulemaking/<int:pk>/comments/unit/file/", views.unit_file, name="draft-unit-file"),
    path("rulemaking/<int:pk>/comments/many/", views.comments_many, name="draft-comments-many"),
    path(
        "rulemaking/<int:pk>/comments/groups/<int:group_pk>/", views.comment_group, name="draft-comment-group"
    ),
    path(
        "rulemaking/<int:pk>/comments/groups/<int:group_pk>/join/",
        views.comment_join,
        name="draft-comment-join",
    ),
    path(
        "rulemaking/<int:pk>/comments/<int:comment_pk>/apart/",
        views.comment_apart,
        name="draft-comment-apart",
    ),
    path(
        "rulemaking/<int:pk>/comments/<int:comment_pk>/moderate/",
        views.comment_moderate,
        name="draft-comment-moderate",
    ),
    path("consultations/", public.drafts, name="public-drafts"),
    path("consultations/<int:pk>/", public.draft, name="public-draft"),
    *(
        path(f"rulemaking/{one.pattern}", one.callback, one.default_args, one.name)
        for one in record_urls("text")
    ),
]
