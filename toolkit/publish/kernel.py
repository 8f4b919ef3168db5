"""A kernel's manager that takes forked kernels; where there are none it starts one as usual."""

import os
import sys
from contextlib import suppress
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.publish.forks import fork

_LAUNCHER = "ipykernel_launcher"


class ForkedKernel(AsyncKernelManager):
    """Manager of one kernel."""

    async def _async_pre_start_kernel(self, **options: Any) -> Any:  # noqa: ANN401
        spec = self.kernel_spec
        self.provisioner = _Forked(kernel_id=self.kernel_id, kernel_spec=spec, parent=self)
        return await super()._async_pre_start_kernel(**options)


class _Forked(LocalProvisioner):
    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:  # noqa: ANN401
        if cmd[0] == sys.executable and _LAUNCHER in cmd:  # a kernel of this very Python
            self.pid = fork(cmd[cmd.index(_LAUNCHER) + 1 :], options["env"])
        if self.pid is None:
            return await super().launch_kernel(cmd, **options)
        self.process: Any = _Process(self.pid)
        return self.connection_info


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

    def wait(self) -> int | None:
        return self.poll()

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
