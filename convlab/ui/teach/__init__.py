"""The page for teachers: a link with a task."""
