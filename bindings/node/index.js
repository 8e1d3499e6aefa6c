'use strict';

// AIG_NATIVE_LIBRARY names a library that was built by hand.
module.exports = require(process.env.AIG_NATIVE_LIBRARY || require('./platform.js').resolve('aigateway.node'));
