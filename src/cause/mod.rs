//! Evidence weighed into ranked causes.
