// Machine files: a MachineProfile as JSON, to keep, to show, and to plan for a machine that is not here.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/platform/machine_profile.h"

namespace engine::formats {

// {"name", "comment", "cpu": {"name", "features": ["avx2", ..], "usable_cores", "processor_limit",
//   "emulated_nodes"},
//  "memory": {"bytes", "available_bytes", "huge_page_bytes", "transparent_huge_pages", "program_bytes"},
//  "nodes": [{"id", "memory_bytes"}],
//  "cores": [{"kind": "performance" | "efficiency", "socket", "node", "processors": ["0-13", "112-125"],
//    "l1d": {"bytes", "processors"}, "l2", "l3"}],
//  "gpus": [{"name", "compute_capability": "8.9", "memory_bytes", "available_bytes", "pcie_generation",
//    "pcie_lanes", "driver", "memory_gb_per_s", "to_device_gb_per_s", "from_device_gb_per_s",
//    "matrix_tflop_per_s"}], "gpu_note",
//  "disks": [{"mount", "file_system", "bytes", "free_bytes", "rotational", "remote", "read_gb_per_s"}],
//  "calibration": {"unix_seconds", "isa", "read_gb_per_s": [..], "rates": [{"family", "vector_gb_per_s",
//    "matrix_gflop_per_s", "few_gflop_per_s", "vector_memory_gb_per_s", "few_memory_gflop_per_s"}],
//    "between": {"elementwise_gb_per_s", "prompt_attention_gflop_per_s", "token_attention_gb_per_s",
//    "loop_us"}, "corrected_by": {"prompt", "generate"}}}
//
// An entry of "cores" stands for a row of equal cores: its "processors" list the first hardware thread of
// each core, then the second of each, and so on, by the numbers that the system gives them. The node of a
// core and that of "nodes" are the system's numbers. Left out is what is empty, 0 or false; a file needs only
// "memory"."bytes" and "cores". "comment", text for people, may stand in any object.
std::string write_machine(const platform::MachineProfile& profile);

// Every number is checked against what any machine could have. Errors: bad_file, naming the place and, for a
// key that does not exist, the ones that do.
Result<platform::MachineProfile> read_machine(std::string_view json);

// The same of a file. Errors: not_found and io, too; the message begins with the path.
Result<platform::MachineProfile> read_machine_file(const std::string& path);

} // namespace engine::formats
