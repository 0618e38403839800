"""The page "Lessons": step by step for students, all at once for lecturers."""
