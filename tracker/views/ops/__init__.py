"""Pages about the product itself."""

from tracker.views.ops.signs import health, metrics
from tracker.views.ops.telling import about, system
from tracker.views.ops.trial import mailbox, mailbox_html, mailbox_message

__all__ = ["about", "health", "mailbox", "mailbox_html", "mailbox_message", "metrics", "system"]
