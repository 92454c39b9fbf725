"""Case files: forms rendered to docx, document numbers, evidence files with their hashes."""
