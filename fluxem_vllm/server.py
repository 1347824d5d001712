"""Starting `vllm serve` with this project's plugins, for the command line, the demo and tests."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from types import TracebackType

import httpx

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.config import ARCHITECTURE, LORA_FOLDER

HOST = "127.0.0.1"
MODEL_NAME = "fluxem-qwen3-tiny"  # under which the embedded checkpoint is served
MAX_LORA_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # that vLLM takes
_PR_SET_PDEATHSIG = 1
# Loaded here because between fork and exec nothing may be.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServerError(FluxEMError, RuntimeError):
    """A server that did not come up; the text ends with what it wrote last."""


def default_checkpoint() -> Path:
    """The checkpoint that the package carries."""
    return Path(str(files("fluxem_vllm") / "checkpoints" / MODEL_NAME))


def built_for_cpus() -> bool:
    """Whether the installed vLLM is a build for CPUs."""
    try:
        return "cpu" in metadata.version("vllm")
    except metadata.PackageNotFoundError:
        return False


def slow_in_bfloat16() -> bool:
    """Whether vLLM runs on a CPU that only emulates bfloat16 and is much faster in float32."""
    try:
        features = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return False
    return built_for_cpus() and not features & {"avx512_bf16", "amx_bf16", "bf16"}


def quantised_base(checkpoint: Path | None) -> bool:
    """Whether the layers' matrices are in 8 or 4 bits; vLLM multiplies them on CPUs by activations
    in bfloat16, not float32."""
    path = (checkpoint or default_checkpoint()) / "config.json"
    return path.is_file() and "quantization_config" in json.loads(path.read_text(encoding="utf-8"))


def serve_command(checkpoint: Path | None, arguments: Sequence[str]) -> list[str]:
    """The `vllm serve` command; `arguments` go to vLLM as they are and win over the defaults."""
    command = [sys.executable, "-m", "vllm.entrypoints.cli.main", "serve"]
    command += [str(checkpoint or default_checkpoint()), "--enable-prompt-embeds"]
    given = {a.partition("=")[0] for a in arguments}
    # CPUs' default blocks of 128 tokens are longer than most prompts, so no prefix would be shared.
    defaults = {"--host": HOST, "--block-size": "32"}
    if checkpoint is None:
        defaults["--served-model-name"] = MODEL_NAME
    if slow_in_bfloat16() and not quantised_base(checkpoint):
        defaults["--dtype"] = "float32"
    for name, value in defaults.items():
        if name not in given:
            command += [name, value]
    return [*command, *arguments]


def adapter_arguments(adapter: Path) -> list[str]:
    """Flags of `vllm serve` that lay what `fluxem-vllm export --adapter` wrote over a Qwen3; its
    low-rank matrices, where it has some, are served under the directory's name."""
    path = adapter.resolve()
    overrides = {"architectures": [ARCHITECTURE], "fluxem": {"adapter": str(path)}}
    flags = ["--hf-overrides", json.dumps(overrides)]
    flags += ["--tokenizer", str(path), "--generation-config", str(path)]
    lora = path / LORA_FOLDER
    if lora.exists():
        config = json.loads((lora / "adapter_config.json").read_text(encoding="utf-8"))
        rank = next((r for r in MAX_LORA_RANKS if r >= config["r"]), config["r"])
        flags += ["--enable-lora", "--max-lora-rank", str(rank)]
        flags += ["--lora-modules", f"{path.name}={lora}"]
    return flags


def serve_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a server: the plugin switched on, and sizes fit for CPUs."""
    plugins = [p for p in environment.get("VLLM_PLUGINS", "").split(",") if p]
    defaults = {
        "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB; holds half a million tokens of the small checkpoint
        "VLLM_USE_AOT_COMPILE": "0",  # 0.32.0 cannot load its own cache of that kind on CPUs
        "VLLM_NO_USAGE_STATS": "1",
    }
    if built_for_cpus():
        # Else the engine waits for its worker's process in a busy loop, on a core that both need.
        defaults["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    names = plugins if "fluxem" in plugins else [*plugins, "fluxem"]
    return defaults | dict(environment) | {"VLLM_PLUGINS": ",".join(names)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> None:
    """Have Linux end this process when the thread that starts it does, be it by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class LocalServer:
    """A server in a process of its own, for as long as the `with` block lasts.

    Args:
        arguments: further flags of `vllm serve`.
        log: file that takes what the server writes.
    """

    def __init__(
        self,
        checkpoint: Path | None = None,
        arguments: Sequence[str] = (),
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        boot_timeout_s: float = 300.0,
        chains: bool = True,
    ) -> None:
        self.port = free_port()
        self.base_url = f"http://{HOST}:{self.port}/v1"
        self.log, self.boot_timeout_s = log, boot_timeout_s
        self.command = serve_command(checkpoint, [*arguments, "--port", str(self.port)])
        self.environment = serve_environment(dict(os.environ) | dict(environment or {}))
        if not chains:
            self.environment["VLLM_PLUGINS"] = ""
        self.boot_s = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process of the API server; all others descend from it."""
        if self._process is None:
            raise ServerError("the server is not running")
        return self._process.pid

    def __enter__(self) -> "LocalServer":
        started = time.monotonic()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self.environment,
                start_new_session=True,  # so that stopping reaches the engine's processes too
                preexec_fn=_end_with_parent,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.boot_s = time.monotonic() - started
        return self

    def _wait(self) -> None:
        end = time.monotonic() + self.boot_timeout_s
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"the server stopped while starting:\n{self.tail()}")
            try:
                if httpx.get(f"http://{HOST}:{self.port}/health", timeout=2).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise ServerError(f"no server after {self.boot_timeout_s:.0f} s:\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        """The last lines that the server wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Stop the server and every process that it started."""
        if self._process is None:
            return
        for sig, wait_s in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
            try:
                os.killpg(self._process.pid, sig)
                self._process.wait(wait_s)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._process = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
