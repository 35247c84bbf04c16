//! The page program: takes up the theme, mounts the app. Panics are told on the console with their place.

fn main() {
    #[cfg(feature = "page")]
    whydrop::ui::app::start();
}
