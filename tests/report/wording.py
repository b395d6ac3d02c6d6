"""A sentence of our own for each mention, and the legal references of the checklist."""

from __future__ import annotations

from dpa_checker.report.groups import GROUPS

_OWN_REFERENCES = {
    "subprocessor-authorisation": "28(2), 28(3)(d)",
    "subprocessor-changes": "28(2)",
    "subprocessor-flow-down": "28(4)",
    "subprocessor-liability": "28(4)",
    "security-assistance": "28(3)(f), 32",
    "breach-notification": "28(3)(f), 33",
    "breach-communication": "28(3)(f), 34",
    "dpia": "28(3)(f), 35",
    "prior-consultation": "28(3)(f), 36",
    "infringing-instruction": "28(3) last subpara.",
}
REFERENCES = {mention: _OWN_REFERENCES.get(mention, group.reference) for group in GROUPS for mention in group.mentions}

COMPLETE = {
    "subject-matter": "The Processor hosts and maintains the laboratory software Aquila for the "
    "Controller and in the "
    "course of this processes personal data for it.",
    "duration": "The processing lasts as long as the Main Agreement and for a further thirty days.",
    "nature": "The operations are hosting, remote access, backup and restoration.",
    "purpose": "The data are processed so that the Controller can manage analyses and transmit their results.",
    "data-types": "Types of data | identity, date of birth, prescriptions, results of analyses",
    "data-subjects": "Categories of persons | patients, prescribers, laboratory staff",
    "controller-obligations": "The Controller sees to the lawful basis of the processing and informs the persons.",
    "documented-instructions": "The Processor handles the data only on the written instructions of the "
    "Controller, "
    "which Annex 1 records.",
    "third-country-transfers": "No data leave the European Economic Area without the Controller's prior approval.",
    "legal-obligation-notice": "Where a law obliges it to other processing, it tells the Controller first.",
    "confidentiality": "All persons with access to the data have signed an undertaking of confidentiality.",
    "security": "The measures of Annex 2, encryption among them, protect the personal data.",
    "subprocessor-authorisation": "The Controller authorises in general the sub-processors of Annex 3.",
    "subprocessor-changes": "Additions and replacements are announced sixty days ahead;\nthe Controller may object.",
    "subprocessor-flow-down": "Each sub-processor is bound in writing to the very same data-protection duties.",
    "subprocessor-liability": "For its sub-processors' performance the Processor answers as for its own.",
    "data-subject-rights": "The Processor helps the Controller, as far as reasonable and against a fee, to "
    "answer "
    "requests by which persons exercise their rights.",
    "security-assistance": "It helps the Controller to keep its own processing secure.",
    "breach-notification": "Personal data breaches are reported to the Controller within 24 hours.",
    "breach-communication": "It supplies the text by which the Controller informs the persons affected by a breach.",
    "dpia": "It contributes to the Controller's impact assessments.",
    "prior-consultation": "It contributes to the Controller's prior consultation of the supervisory authority.",
    "deletion-or-return": "At the end the data are erased or handed back, as the Controller chooses.",
    "deletion-of-copies": "Backups are erased within ninety days unless a law requires their storage.",
    "compliance-information": "On request the Processor hands over all records that show that it keeps this contract.",
    "audits": "The Controller or an auditor whom it appoints may inspect the premises; the Processor contributes.",
    "infringing-instruction": "The Processor tells the Controller at once if it believes an instruction unlawful.",
}
