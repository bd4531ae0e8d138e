//! Standard output: as it is into pipes and files; for a person in what their terminal shows, and through their pager
//! if it is long.

use crate::pager;
use crate::terminal::Reader;
use risk_report::Page;
use std::io::{self, Write};

/// Takes the answer of a command.
///
/// What a person will read is held back until the answer is whole, since its length decides about the pager.
pub(crate) struct Output {
    reader: Reader,
    held: Vec<u8>,
    stream: anstream::AutoStream<io::Stdout>,
}

impl Output {
    pub(crate) fn new() -> Self {
        let reader = Reader::of_stdout();
        Self {
            held: Vec::new(),
            stream: anstream::AutoStream::new(io::stdout(), reader.colour),
            reader,
        }
    }

    /// Holds back what it takes, so that nothing is shown unless it is finished.
    #[cfg(fuzzing)]
    pub(crate) fn held() -> Self {
        let mut held = Self::new();
        held.reader.is_person = true;
        held
    }

    /// What text is to be laid out for.
    pub(crate) fn page(&self) -> Page {
        self.reader.page
    }

    /// Shows what was held back: in a pager that `choose` names if it is longer than the terminal.
    pub(crate) fn finish(mut self, choose: impl FnOnce() -> Option<String>) -> io::Result<()> {
        let text = self.reader.translated(&String::from_utf8_lossy(&self.held));
        if self.reader.can_page
            && self.page().n_rows(&text) >= self.reader.height
            && let Some(pager) = choose()
        {
            let mut styled = anstream::AutoStream::new(Vec::new(), self.reader.colour);
            styled.write_all(text.as_bytes())?;
            // Comes back only if there is no pager: what is left is to print.
            let _ = pager::become_it(&pager, &styled.into_inner());
        }
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.reader.is_person {
            self.held.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
