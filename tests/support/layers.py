"""A channel layer that can be told to fail, as a network between processes does."""

from typing import Any, ClassVar

from channels.layers import InMemoryChannelLayer

ALWAYS = float("inf")
#: For `settings.CHANNEL_LAYERS`.
FAILING = {"default": {"BACKEND": "tests.support.layers.FailingLayer"}}


class FailingLayer(InMemoryChannelLayer):
    """`broken`: how many more times each method raises; `calls`: how often each was called."""

    broken: ClassVar[dict[str, float]] = {}
    calls: ClassVar[dict[str, int]] = {}

    @classmethod
    def mend(cls) -> None:
        cls.broken.clear()
        cls.calls.clear()

    def _called(self, method: str) -> None:
        self.calls[method] = self.calls.get(method, 0) + 1
        if self.broken.get(method, 0) > 0:
            self.broken[method] -= 1
            raise ConnectionError("the layer is away, on purpose")

    async def new_channel(self, prefix: str = "specific.") -> str:
        self._called("new_channel")
        return str(await super().new_channel(prefix))

    async def group_add(self, group: str, channel: str) -> None:
        self._called("group_add")
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._called("group_send")
        await super().group_send(group, message)
