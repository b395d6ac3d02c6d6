"""E-mails with their attachments: EML, MHTML, MSG."""
