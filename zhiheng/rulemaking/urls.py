from django.urls import path

from zhiheng.matters.urls import record_urls

from . import public
from .views import comments, drafts

urlpatterns = [
    path("rulemaking/", drafts.rulemaking, name="rulemaking"),
    path("rulemaking/higher-law/", drafts.higher_law_moved, name="higher-law"),
    path("rulemaking/<int:pk>/text/", drafts.draft_text, name="draft-text"),
    path("rulemaking/<int:pk>/text/write/", drafts.draft_write, name="draft-write"),
    path(
        "rulemaking/<int:pk>/text/articles/<slug:provision>/", drafts.draft_provision, name="draft-provision"
    ),
    path("rulemaking/<int:pk>/text/notes/<slug:provision>/", drafts.draft_note, name="draft-note"),
    path("rulemaking/<int:pk>/text/<int:seq>/docx/", drafts.draft_docx, name="draft-docx"),
    path("rulemaking/<int:pk>/text/<int:seq>/changes/", drafts.draft_changes, name="draft-changes"),
    path("rulemaking/<int:pk>/text/<int:seq>/decision/", drafts.draft_decision, name="draft-decision"),
    path("rulemaking/<int:pk>/text/follow/", drafts.draft_follow, name="draft-follow"),
    path("rulemaking/<int:pk>/text/explanation/", drafts.draft_explanation, name="draft-explanation"),
    path("rulemaking/<int:pk>/comments/", comments.draft_comments, name="draft-comments"),
    path("rulemaking/<int:pk>/comments/group/", comments.comments_group, name="draft-comments-group"),
    path(
        "rulemaking/<int:pk>/comments/group/<int:job_pk>/",
        comments.comments_grouping,
        name="draft-comments-grouping",
    ),
    path("rulemaking/<int:pk>/comments/all/", comments.draft_comment_list, name="draft-comment-list"),
    path("rulemaking/<int:pk>/comments/table/", comments.adoption_table, name="draft-adoption-table"),
    path("rulemaking/<int:pk>/comments/unit/", comments.unit_comment, name="draft-unit-comment"),
    path("rulemaking/<int:pk>/comments/unit/file/", comments.unit_file, name="draft-unit-file"),
    path("rulemaking/<int:pk>/comments/many/", comments.comments_many, name="draft-comments-many"),
    path(
        "rulemaking/<int:pk>/comments/groups/<int:group_pk>/",
        comments.comment_group,
        name="draft-comment-group",
    ),
    path(
        "rulemaking/<int:pk>/comments/groups/<int:group_pk>/join/",
        comments.comment_join,
        name="draft-comment-join",
    ),
    path(
        "rulemaking/<int:pk>/comments/<int:comment_pk>/apart/",
        comments.comment_apart,
        name="draft-comment-apart",
    ),
    path(
        "rulemaking/<int:pk>/comments/<int:comment_pk>/moderate/",
        comments.comment_moderate,
        name="draft-comment-moderate",
    ),
    path("consultations/", public.drafts, name="public-drafts"),
    path("consultations/<int:pk>/", public.draft, name="public-draft"),
    *(
        path(f"rulemaking/{one.pattern}", one.callback, one.default_args, one.name)
        for one in record_urls("text")
    ),
]
