//! AI coding programs: detect, install, launch, and speak ACP with them.
