//! What is on screen. [`text`] holds every visible word, [`primitive`] the small parts, [`view`] one
//! component a screen or section, [`app`] the frame.

pub mod app;
pub mod primitive;
pub mod text;
pub mod view;
