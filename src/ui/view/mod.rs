//! One component a screen or section.

pub mod action_bar;
pub mod business;
pub mod columns;
pub mod failed;
pub mod files_panel;
pub mod gallery;
pub mod practise;
pub mod present;
mod present_card;
pub mod report;
pub mod running;
pub mod share;
pub mod start;
pub mod task;
