//! Lets the library link without Node.

fn main() {
    napi_build::setup();
}
