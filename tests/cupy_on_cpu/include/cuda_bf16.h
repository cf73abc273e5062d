#pragma once
// In place of NVIDIA's: the simulated device's headers have the type already.
