// Which rows of a matrix each memory node holds, when a model is spread over several.
//
// THE SPLIT OF WEIGHTS OVER NODES
//
// 1. Every matrix is cut between rows: gate and up into rows of the expert's width, down into rows of the
// hidden
//    size, dense matrices and the head likewise. Node n holds rows [b[n], b[n + 1]) of each, b =
//    row_boundaries(). Vectors (norms, biases) and the rows of an embedding that is no head, of which a token
//    reads one, are not cut. Each output element is then the same full dot product in the same order as on
//    one node: logits do not depend on the number of nodes or threads, bit by bit, and no sums are added
//    afterwards.
//
//    Cutting `down` between columns instead (each node keeps the columns that belong to its rows of gate and
//    up, partial sums are added in node order) saves one meeting of the nodes per layer, and is right where
//    memory is not shared. Here it is the worse trade:
//      * columns can be cut at block boundaries only: a K-quant row of Qwen3-30B-A3B's experts (width 768)
//      has 3
//        blocks, so two nodes would read 2 : 1 and the layer would run at 1.5 instead of 2 times the speed of
//        one;
//      * each row of `down` must be repacked into two at load; rows need a plain copy;
//      * the workers meet between gate/up and down anyway, because every range of down needs the whole inner
//        vector; across sockets that costs 1 to 2 us of a layer of 300 us;
//      * what crosses the link at one token is 8 x 768 floats, half of them, beside 21 MB of weights; partial
//      sums
//        would be 2048 floats.
//
// 2. The loader copies part n of each matrix into memory of node n by that node's workers, so that where
// binding is
//    refused the first touch puts the pages there all the same, and gives the file's mapping back behind the
//    copy: a weight is never resident twice. A mapped file cannot serve: its pages are placed by whoever read
//    them into the file cache, maybe days ago. One node: mapped, nothing bound, nothing copied that need not
//    be. Emulated nodes take the same way with binding left out, so that any machine tests the copy and the
//    split.
//
// 3. Weights::matrix(id) has the parts (base/weight_matrix.h); matmul and moe hand the rows of a part to the
// workers
//    of its node. Scratch memory for activations is shared and unbound.
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
