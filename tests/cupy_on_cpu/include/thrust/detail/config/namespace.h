#pragma once
// In place of NVIDIA's, which lies beside its compiler.
#define THRUST_NAMESPACE_BEGIN namespace thrust {
#define THRUST_NAMESPACE_END }
