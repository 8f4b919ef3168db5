"""A kernel's manager that takes forked kernels; where there are none it starts one as usual."""

import os
import sys
from contextlib import suppress
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from toolkit.publish.forks import fork

_LAUNCHER = "ipykernel_launcher"


class ForkedKernel(AsyncKernelManager):
    """Manager of one kernel."""

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:  # noqa: ANN401
        number = None
        if kernel_cmd[0] == sys.executable and _LAUNCHER in kernel_cmd:  # of this very Python
            arguments = kernel_cmd[kernel_cmd.index(_LAUNCHER) + 1 :]
            number = fork(arguments, options["env"])
        if number is None:
            await super()._async_launch_kernel(kernel_cmd, **options)
        else:
            self.provisioner.process = _Process(number)  # type: ignore[union-attr]


class _Process:
    """A process that is not our child, to be handled like one of subprocess."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1
        return None

    wait = poll

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
