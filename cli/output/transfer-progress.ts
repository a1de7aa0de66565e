import type { SingleBar } from 'cli-progress';
import { formatSize } from '../../shared/domain/format-size.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** What a transfer tells about itself. */
export interface TransferProgress {
  /** Said once, before all else. */
  begin(files: number, sizeBytes: number): void;
  /** So many bytes more are done; less than none when an attempt starts over. */
  advance(sizeBytes: number): void;
  /** A file is done. */
  finish(path: string, sizeBytes: number): void;
  /** Nothing more will come, whether all went well or not. */
  end(): void;
}

/** Shows a transfer on stderr: a bar at a terminal, a line for each file in a pipe, nothing with `--json`. */
export async function showTransfer(terminal: Terminal, verb: string): Promise<TransferProgress> {
  if (!terminal.interactive) return showLines(terminal, verb);
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: `${verb} {bar} {percentage} % · {sizes} · {counts} · {eta_formatted} left`,
    stream: terminal.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  });
  return showBar(bar);
}

function showLines(terminal: Terminal, verb: string): TransferProgress {
  return {
    begin: (files, sizeBytes) => terminal.note(`${verb} ${files} files, ${formatSize(sizeBytes)}`),
    advance: () => {},
    finish: (path, sizeBytes) => terminal.note(`${printableLine(path)} (${formatSize(sizeBytes)})`),
    end: () => {},
  };
}

function showBar(bar: SingleBar): TransferProgress {
  const total = { files: 0, sizeBytes: 0 };
  const done = { files: 0, sizeBytes: 0 };
  const payload = () => ({
    sizes: `${formatSize(done.sizeBytes)} of ${formatSize(total.sizeBytes)}`,
    counts: `${done.files} of ${total.files} files`,
  });
  return {
    begin(files, sizeBytes) {
      Object.assign(total, { files, sizeBytes });
      bar.start(sizeBytes, 0, payload());
    },
    advance(sizeBytes) {
      done.sizeBytes += sizeBytes;
      bar.update(done.sizeBytes, payload());
    },
    finish() {
      done.files += 1;
      bar.update(done.sizeBytes, payload());
    },
    end: () => bar.stop(),
  };
}
