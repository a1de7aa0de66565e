// `node swap-folder.mjs FOLDER OUTSIDE`: puts a link to OUTSIDE into FOLDER's place and FOLDER back, until it is killed.
import { renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';

const [folder, outside] = process.argv.slice(2);
const aside = `${folder}-aside`;

process.stdout.write('begun\n');
for (;;) {
  renameSync(folder, aside);
  insist(() => symlinkSync(outside, folder));
  unlinkSync(folder);
  insist(() => renameSync(aside, folder));
}

/** Whoever is tried makes a folder where there is none. */
function insist(act) {
  for (;;) {
    try {
      return act();
    } catch {
      removeFolder();
    }
  }
}

function removeFolder() {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Something was put into it meanwhile: it is removed next time.
  }
}
