"""`python -m tests.hazards`: writes docs/hazards.md from the tables. The proof itself is `make test`."""

from tests.hazards.page import DOC, text

if __name__ == "__main__":
    DOC.write_text(text())
    print(DOC)
