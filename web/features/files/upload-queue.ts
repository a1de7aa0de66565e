import { filePathFault } from '../../../shared/domain/file-path.ts';
import { messageOf } from '../../../shared/errors/crunch-error.ts';

/** A file that somebody chose, and where it goes in the dataset. */
export interface ChosenFile {
  path: string;
  file: Blob;
}

/** How a step tells how far it is, in bytes of the file, and hears that it is no longer wanted. */
export interface StepControl {
  onProgress: (doneBytes: number) => void;
  signal: AbortSignal;
}

export type Step<Input extends unknown[], Output> = (...input: [...Input, StepControl]) => Promise<Output>;

export interface UploadSteps {
  hash: Step<[file: Blob], string>;
  send: Step<[file: Blob, target: { slug: string; path: string; sha256: string }], void>;
}

export interface Upload extends ChosenFile {
  state: 'waiting' | 'hashing' | 'sending' | 'done' | 'failed';
  /** Of the step that it is in. */
  doneBytes: number;
  /** Why it failed, for people. */
  fault: string | undefined;
}

/** The uploads of a dataset since the page was opened. */
export interface Batch {
  uploads: readonly Upload[];
  /** Whether files are still on their way. */
  isBusy: boolean;
  /** Whether something is to follow when all are there. */
  isFollowed: boolean;
  /** Why what should follow the uploads did not happen. */
  fault: string | undefined;
}

interface Job {
  /** By path: a file that is chosen again takes the place of the one before. */
  uploads: Map<string, Upload>;
  /** The paths to which something is on its way. */
  busy: Set<string>;
  fault: string | undefined;
  stop: AbortController;
  /** What follows when every file is there. */
  afterwards: (() => Promise<unknown>) | undefined;
  shown: Batch;
}

const NOTHING: Batch = { uploads: [], isBusy: false, isFollowed: false, fault: undefined };

/** A browser has few connections to one server, and the pages need some of them. */
const AT_ONCE = 2;

/** Uploads files into datasets, a few at a time, whichever page is shown meanwhile. */
export class UploadQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly watchers = new Set<() => void>();
  private readonly steps: UploadSteps;

  constructor(steps: UploadSteps) {
    this.steps = steps;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  batch(slug: string): Batch {
    return this.jobs.get(slug)?.shown ?? NOTHING;
  }

  /** Whether something would be lost if the browser left the page. */
  isBusy(): boolean {
    return [...this.jobs.values()].some(({ shown }) => shown.isBusy);
  }

  /** Adds files; `afterwards` is done once when all files of the dataset are there. */
  add(slug: string, chosen: readonly ChosenFile[], afterwards?: () => Promise<unknown>): void {
    const job = this.jobOf(slug);
    for (const { path, file } of chosen) {
      const fault = filePathFault(path);
      job.uploads.set(path, newUpload({ path, file }, fault && `Its name ${fault}. Rename it.`));
    }
    job.afterwards = afterwards ?? job.afterwards;
    void this.work(slug, job);
  }

  /** Tries again what failed. */
  retry(slug: string): void {
    const job = this.jobs.get(slug);
    if (!job) return;
    this.add(
      slug,
      [...job.uploads.values()].filter(({ state }) => state === 'failed'),
    );
  }

  /** Gives up what is not there yet, and forgets what was. */
  clear(slug: string): void {
    this.jobs.get(slug)?.stop.abort(new Error('stopped'));
    this.jobs.delete(slug);
    this.tell();
  }

  /** Files that come when all others are there begin a new batch. */
  private jobOf(slug: string): Job {
    const known = this.jobs.get(slug);
    if (known && !isComplete(known)) return known;
    const stop = new AbortController();
    const job: Job = {
      ...{ uploads: new Map(), busy: new Set(), fault: undefined, stop },
      ...{ afterwards: undefined, shown: NOTHING },
    };
    this.jobs.set(slug, job);
    return job;
  }

  private async work(slug: string, job: Job): Promise<void> {
    this.show(job);
    while (job.busy.size < AT_ONCE) {
      // Of two files for one place the later one must be sent last.
      const next = [...job.uploads.values()].find(({ state, path }) => state === 'waiting' && !job.busy.has(path));
      if (!next) break;
      job.busy.add(next.path);
      void this.upload(slug, job, next).finally(() => {
        job.busy.delete(next.path);
        if (!job.stop.signal.aborted) void this.work(slug, job);
      });
    }
    if (job.busy.size === 0) await this.finish(job);
  }

  private async upload(slug: string, job: Job, { path, file }: ChosenFile): Promise<void> {
    const change = (changes: Partial<Upload>) => {
      const upload = job.uploads.get(path);
      // Else another file was chosen for this place meanwhile, which waits.
      if (upload?.file === file) job.uploads.set(path, { ...upload, ...changes });
      this.show(job);
    };
    const control = { onProgress: (doneBytes: number) => change({ doneBytes }), signal: job.stop.signal };
    try {
      change({ state: 'hashing' });
      const sha256 = await this.steps.hash(file, control);
      change({ state: 'sending', doneBytes: 0 });
      await this.steps.send(file, { slug, path, sha256 }, control);
      change({ state: 'done', doneBytes: file.size });
    } catch (error) {
      change({ state: 'failed', fault: messageOf(error) });
    }
  }

  private async finish(job: Job): Promise<void> {
    const { afterwards } = job;
    if (!isComplete(job) || !afterwards) return;
    job.afterwards = undefined;
    job.fault = undefined;
    await afterwards().catch((error: unknown) => {
      job.fault = messageOf(error);
    });
    this.show(job);
  }

  private show(job: Job): void {
    const { fault, afterwards } = job;
    const uploads = [...job.uploads.values()];
    job.shown = { uploads, isBusy: uploads.some(isUnfinished), isFollowed: afterwards !== undefined, fault };
    this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function isUnfinished({ state }: Upload): boolean {
  return state !== 'done' && state !== 'failed';
}

function isComplete(job: Job): boolean {
  return [...job.uploads.values()].every(({ state }) => state === 'done');
}

function newUpload({ path, file }: ChosenFile, fault: string | undefined): Upload {
  return { path, file, state: fault === undefined ? 'waiting' : 'failed', doneBytes: 0, fault };
}
