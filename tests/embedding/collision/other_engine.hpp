// A small engine of another project, with the names that NeuralAmpModelerCore has: classes in the namespace
// `nam`, and an Eigen of its own.
#pragma once

#include <Eigen/Dense>

namespace nam {

class DSP {
 public:
  virtual ~DSP() = default;
  virtual int process(int sample) = 0;
};

namespace wavenet {
struct LayerArray {
  int factor = 3;
};
class WaveNet : public DSP {
 public:
  int process(int sample) override;

 private:
  LayerArray array_;
};
}  // namespace wavenet

namespace lstm {
class LSTM : public DSP {
 public:
  int process(int sample) override;
};
}  // namespace lstm

namespace convnet {
class ConvNet : public DSP {
 public:
  int process(int sample) override;
};
}  // namespace convnet

namespace linear {
class Linear : public DSP {
 public:
  int process(int sample) override;
};
}  // namespace linear

// The product of a matrix of this size with itself, all of whose entries are 1: every entry is `size`. Its
// memory starts at a multiple of EIGEN_MAX_ALIGN_BYTES, which Eigen's own code for vectors relies on.
Eigen::MatrixXf product(int size);

}  // namespace nam
