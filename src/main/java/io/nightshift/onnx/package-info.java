/** Looks into ONNX files without running them: which tensors they take and give, and whether they may be loaded. */
@NullMarked
package io.nightshift.onnx;

import org.jspecify.annotations.NullMarked;
