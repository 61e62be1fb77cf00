"""A person at the page, and what they see and do."""

LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


class Reader:
    """A person at the page: what they see, by role and name."""

    def __init__(self, context, script=""):
        self.faults = []
        self.page = context.new_page()
        self.page.add_init_script(script)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._said)
        role = self.page.get_by_role
        self.editor = role("textbox", name="Your code")
        self.verdict = role("status", name="Verdict")
        self.button = lambda name, **more: role("button", name=name, **more)

    def _said(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def open(self, address):
        self.page.goto(address)
        return self

    def told(self, text, minutes=0.25):
        from playwright.sync_api import expect

        expect(self.verdict).to_contain_text(text, timeout=minutes * 60_000)

    def close_the_tab(self):
        with self.page.expect_event("close"):
            self.page.close(run_before_unload=True)

    def write_over(self, text):
        """Replace the line of a method on which the cursor stands; it stays on it."""
        self.page.keyboard.press("Alt+l")
        self.page.keyboard.insert_text(f"        {text}\n")
        self.page.keyboard.press("ArrowLeft")
