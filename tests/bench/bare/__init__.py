"""The floor: a Django project with nothing but a session, a form, an insert and a list. Never shipped."""
