#include "other_engine.hpp"

namespace nam {

int wavenet::WaveNet::process(int sample) { return array_.factor * sample; }
int lstm::LSTM::process(int sample) { return sample + 1; }
int convnet::ConvNet::process(int sample) { return sample + 2; }
int linear::Linear::process(int sample) { return -sample; }

Eigen::MatrixXf product(int size) {
  const Eigen::MatrixXf ones = Eigen::MatrixXf::Ones(size, size);
  return ones * ones;
}

}  // namespace nam
