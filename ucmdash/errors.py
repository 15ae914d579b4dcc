"""What Django's error pages and reports may show of the settings."""

import re
from typing import Any

from django.views.debug import SafeExceptionReporterFilter

#: User and secret of an address.
_CREDENTIALS = re.compile(r"(?<=://)\S*(?=@)")


class ErrorFilter(SafeExceptionReporterFilter):
    """Django goes by the names of settings; ours hold addresses with secrets in them, under harmless names."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        cleansed = super().cleanse_setting(key, value)
        if isinstance(cleansed, str):
            return _CREDENTIALS.sub(self.cleansed_substitute, str(cleansed))
        return cleansed
