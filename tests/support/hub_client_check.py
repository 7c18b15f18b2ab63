#!/usr/bin/env python3
"""Holds the fake hub against the real client: `hub_client_check.py PATH/fake_hub_program` (needs huggingface_hub).

Run by hand after changes of fake_hub; not a test, since tests need no Python."""
import hashlib
import os
import subprocess
import sys
import tempfile

server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
endpoint = server.stdout.readline().strip()
os.environ["HF_ENDPOINT"] = endpoint
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp()
from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_download, hf_hub_url, snapshot_download  # noqa: E402

repo = "owner/small-GGUF"
try:
    api = HfApi(endpoint=endpoint)
    assert [m.id for m in api.list_models(search="small")] == [repo]
    info = api.model_info(repo)
    assert len(info.sha) == 40 and len(info.siblings) == 4, info
    tree = {f.path: f for f in api.list_repo_tree(repo, recursive=True)}
    assert len(tree) == 4 and tree["small-Q4_K_M.gguf"].lfs.size == 3_000_001, tree
    path = hf_hub_download(repo, "small-Q4_K_M.gguf")
    assert hashlib.sha256(open(path, "rb").read()).hexdigest() == tree["small-Q4_K_M.gguf"].lfs.sha256
    meta = get_hf_file_metadata(hf_hub_url(repo, "small-Q4_K_M.gguf"))
    assert meta.size == 3_000_001 and meta.etag == tree["small-Q4_K_M.gguf"].lfs.sha256, meta
    folder = snapshot_download(repo, local_dir=tempfile.mkdtemp())
    assert os.path.getsize(folder + "/Q8_0/small-Q8_0-00002-of-00002.gguf") == 500_000
    assert os.path.getsize(folder + "/README.md") > 10
    print("huggingface_hub is satisfied")
finally:
    server.terminate()
