import subprocess
import sys


def test_importing_the_package_loads_neither_torch_nor_vllm():
    heavy = "{'torch', 'transformers', 'vllm', 'ray'}"
    code = f"import sys, fluxem_qwen3; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
