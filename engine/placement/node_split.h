// Which rows of a matrix each memory node holds, when a model is spread over several.
//
// THE SPLIT OF WEIGHTS OVER NODES (agreed form for loader, weights and ops; today only the arithmetic below
// is in use, a model still lies wherever its pages fell)
//
// 1. Every matrix is cut between rows: gate and up into rows of the expert's width, down into rows of the
// hidden
//    size, dense matrices and the head likewise. Node n holds rows [b[n], b[n + 1]) of each, b =
//    row_boundaries(). Vectors (norms, biases) and the rows of the embedding, of which a token reads one, are
//    not cut. Each output element is then the same full dot product in the same order as on one node: logits
//    do not depend on the number of nodes or threads, bit by bit, and no sums are added afterwards.
//
//    Cutting `down` between columns instead (each node keeps the columns that belong to its rows of gate and
//    up, partial sums are added in node order) saves one meeting of the nodes per layer, and is right where
//    memory is not shared. Here it is the worse trade:
//      * columns can be cut at block boundaries only: a K-quant row of Qwen3-30B-A3B's experts (width 768)
//      has 3
//        blocks, so two nodes would read 2 : 1 and the layer would run at 1.5 instead of 2 times the speed of
//        one (alternating the odd block by expert number: 8 of 128 experts per token, 1.09 blocks of 12 off
//        on average, 1.83 times);
//      * each row of `down` must be repacked into two at load; rows need a plain copy;
//      * the workers meet between gate/up and down anyway, because every range of down needs the whole inner
//        vector; across sockets that costs 1 to 2 us of a layer of 300 us;
//      * what crosses the link at one token is 8 x 768 floats, half of them, beside 21 MB of weights; partial
//        sums would be 2048 floats. For prompts it is 4 * pairs * width / 2 against 4 * tokens * hidden
//        bytes: 25 and 17 MB for 2048 tokens. Both are small beside the products.
//
// 2. Nodes > 1: the loader copies part n of each matrix into HostBuffer::allocate(bytes, nodes[n].id) with
// run_on_
//    nodes(), so that where binding is refused the first touch puts the pages there all the same. The file's
//    mapping is given back behind the copy (MADV_DONTNEED on the stretch): a weight is never resident twice.
//    A mapped file cannot serve: its pages are placed by whoever read them into the file cache, maybe days
//    ago. One buffer per node for all parts; memory is checked per node before anything is allocated. Nodes
//    == 1: mapped as today; nothing is bound, nothing copied that need not be. Emulated nodes take the same
//    way with binding left out, so that any machine tests the copy and the split.
//
// 3. Weights::find(id) stays for one node. Beside it Weights::part(id, node) gives {TensorView, first_row};
// with
//    one node part(id, 0) is find(id) with first_row 0. What is not cut (vectors, embedding) has part 0 only.
//
// 4. ops: matmul and moe build their list of tasks per node (a task's rows lie in one part) and call
//    pool.run_on_nodes(counts, 1, ...) instead of run(). Scratch for activations is shared and unbound.
//    matmul and moe take spans of parts where they take a TensorView now; a span of one is today's case.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::placement {

// nodes + 1 boundaries from 0 to `rows`, rising; all but the last are multiples of kRowsTogether, so that a
// node's part serves kernels that take rows in groups. Parts differ by at most one group, and small matrices
// leave the last nodes empty parts.
inline constexpr int64_t kRowsTogether = 32;
std::vector<int64_t> row_boundaries(int64_t rows, int nodes);

} // namespace engine::placement
