"""Names of organizations in one report: what the recognizer saw, corrected by what the whole report says."""

from pipeline.organizations.readings import Entity, Reading
from pipeline.organizations.report import Rules, find_refusals, settle

__all__ = ["Entity", "Reading", "Rules", "find_refusals", "settle"]
