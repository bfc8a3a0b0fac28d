"""Lessons: a text retold step by step, each step with one live picture and one question."""
