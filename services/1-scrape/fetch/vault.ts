// Owns how secrets lie on the disk: sealed with AES-256-GCM, each bound to what it belongs to, under a key made
// of SKILLSTREAM_SECRET or, without it, kept in a file beside them. Promises that what was changed from outside
// is noticed, and that a wrong secret is told as such. Refuses a key file that others may read.
// With a secret, whoever copies the data folder or a backup learns nothing; without one, the key lies in the
// same folder, which keeps the secrets only from those who see the database alone. Neither helps against
// whoever runs as the same user while the scraper does.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Some 100 ms and 32 MB for each guess. */
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

export interface Vault {
  /** `about` must be said again to open it, so that one sealed text can't take another's place. */
  seal(text: string, about: string): Uint8Array;
  /** Throws where it was changed, or sealed about something else. */
  open(sealed: Uint8Array, about: string): string;
}

export function vaultOf(key: Uint8Array): Vault {
  return {
    seal(text, about) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      cipher.setAAD(Buffer.from(about));
      return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < ivBytes + tagBytes) throw new Error("what is stored was cut off");
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(about));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString("utf8");
      } catch {
        // OpenSSL's own words say nothing.
        throw new Error("what is stored was changed, or sealed with another key");
      }
    },
  };
}

export function keyOfSecret(secret: string, salt: Uint8Array): Uint8Array {
  return scryptSync(secret.normalize("NFKC"), salt, keyBytes, scryptCost);
}

/** Made at the first call; whoever comes second at the same moment reads what the first made. */
export function keyOfFile(file: string): Uint8Array {
  try {
    return readKey(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, randomBytes(keyBytes), { mode: 0o600, flush: true });
  try {
    linkSync(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(part, { force: true });
  }
  return readKey(file);
}

function readKey(file: string): Uint8Array {
  const key = readFileSync(file);
  if (key.length !== keyBytes) {
    throw new Error(
      `${file} is no key: put the right one back, or delete its folder and add the accounts anew`,
    );
  }
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`others may read the key ${file}: chmod 600 ${file}`);
  }
  return key;
}
