#!/usr/bin/env node
// Checks a bundle, an archive or a proof pack of Countersign, from docs/proof-format.md alone. Needs Node 18 or later and nothing else.
//
//   node verify.mjs [--key VERIFIER_KEY] [--checkpoint FILE] FILE...
//
// Prints "VALID ..." and exits with 0, or "INVALID <first bad index> <why>" and exits with 1.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';

class Bad extends Error {
  constructor(index, why) { super(why); this.index = index; }
}
const bad = (index, why) => { throw new Bad(index, why); };

// ---- bytes ----

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const base64 = bytes => Buffer.from(bytes).toString('base64');

function unbase64(text, length, index = 0) {
  const bytes = Buffer.from(String(text), 'base64');
  if (typeof text !== 'string' || base64(bytes) !== text || (length !== undefined && bytes.length !== length)) bad(index, 'not Base64 as it must be');
  return bytes;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes) {
  try { return utf8.decode(bytes); } catch { return bad(0, 'not UTF-8'); }
}

function parse(text, index = 0) {
  try { return JSON.parse(text); } catch { return bad(index, 'not JSON'); }
}

function json(text, index = 0) {
  const value = parse(text, index);
  if (JSON.stringify(value) !== text) bad(index, 'JSON that is not written as it must be');
  return value;
}

// ---- leaves and tree ----

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const node = (left, right) => sha256(NODE, left, right);

function field(value) {
  const length = Buffer.alloc(4);
  if (value === null) { length.writeUInt32BE(0xffffffff); return length; }
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8');
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function workspaceOf(metadata) {
  try {
    const value = JSON.parse(metadata);
    return value && !Array.isArray(value) && typeof value.workspace === 'string' ? value.workspace : '';
  } catch { return ''; }
}

function columns(event, index) {
  if (!Array.isArray(event) || event.length !== 9) bad(index, 'an event has nine columns');
  event.forEach((column, i) => { if (typeof column !== 'string' && !(i === 6 && column === null)) bad(index, 'a column is not text'); });
  return event;
}

function leafHash(index, number, previous, event) {
  const [id, type, aggregate, sequence, ...rest] = event;
  const fields = ['countersign.event/1', workspaceOf(event[8]), number, previous, index, id, type, aggregate, sequence, ...rest];
  return sha256(LEAF, ...fields.map(field));
}

// The roots of the complete subtrees on the left, the largest first, with their heights.
class Tree {
  size = 0;
  #edge = [];
  add(leaf) {
    let height = 0;
    while (this.#edge.length && this.#edge.at(-1).height === height) {
      leaf = node(this.#edge.pop().root, leaf);
      height++;
    }
    this.#edge.push({ height, root: leaf });
    this.size++;
  }
  root() {
    return this.#edge.length ? this.#edge.map(it => it.root).reduceRight((right, left) => node(left, right)) : sha256();
  }
}

// RFC 9162, 2.1.3.2
function included(leaf, index, size, path, root) {
  if (!(index >= 0 && index < size)) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  const half = n => Math.floor(n / 2);
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = node(step, hash);
      while (fn % 2 === 0 && fn !== 0) { fn = half(fn); sn = half(sn); }
    } else {
      hash = node(hash, step);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && hash.equals(root);
}

// ---- notes, keys, checkpoints ----

function verifierKey(line) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line) ?? bad(0, 'not a verifier key');
  const typed = unbase64(match[3], 33);
  const id = sha256(match[1] + '\n', typed).subarray(0, 4).toString('hex');
  if (typed[0] !== 1 || id !== match[2]) bad(0, 'a verifier key that does not fit its id');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: typed.subarray(1).toString('base64url') } });
  return { name: match[1], id, key };
}

function openNote(note, keys, index) {
  const end = String(note).lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) bad(index, 'not a signed note');
  const text = note.slice(0, end + 1);
  let trusted = 0;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const match = /^\u2014 (\S+) (\S+)$/.exec(line) ?? bad(index, 'not a signature');
    const bytes = unbase64(match[2], 68, index);
    for (const key of keys.filter(it => it.name === match[1] && it.id === bytes.subarray(0, 4).toString('hex'))) {
      if (!verifySignature(null, Buffer.from(text, 'utf8'), key.key, bytes.subarray(4))) bad(index, 'a signature is wrong');
      trusted++;
    }
  }
  if (trusted === 0) bad(index, 'not signed by a trusted key');
  return text;
}

function checkpoint(note, keys, index) {
  const lines = openNote(note, keys, index).split('\n');
  const [origin, size, root, ...more] = lines.slice(0, -1);
  if (!/^(0|[1-9]\d{0,14})$/.test(size)) bad(index, 'a checkpoint without a size');
  const found = { origin, size: Number(size), root: unbase64(root, 32, index), previous: 0, previousRoot: null, heads: new Map() };
  for (const line of more) {
    const words = line.split(' ');
    if (words[0] === 'previous') [found.previous, found.previousRoot] = [Number(words[1]), unbase64(words[2], 32, index)];
    else if (words[0] === 'workspace') found.heads.set(words[1], { count: Number(words[2]), leaf: unbase64(words[3], 32, index) });
    else if (words[0] !== 'time') bad(index, 'a checkpoint says what it should not');
  }
  return found;
}

// ---- bundle ----

function verifyBundle(text, options) {
  const lines = text.split('\n');
  if (lines.pop() !== '') bad(0, 'the last line has no end');
  const header = json(lines[0]);
  if (header.format !== 'countersign-bundle/1' || Object.keys(header).join() !== 'format,origin,workspace,size,keys') bad(0, 'not a bundle');
  const own = header.keys.map(verifierKey);
  if (own.some(key => key.name !== header.origin)) bad(0, 'a key of another log');
  const keys = options.key ? [verifierKey(options.key)] : own;
  const given = options.checkpoint ? checkpoint(options.checkpoint, keys, 0) : null;
  const pseudonym = base64(sha256(header.workspace));
  const tree = new Tree();
  const stubs = new Map(); // of actions that a later event must call archived
  let [number, previous, last, lastRoot, seen] = [0, Buffer.alloc(0), 0, null, given === null];
  for (const line of lines.slice(1)) {
    const index = tree.size;
    const value = json(line, index);
    const members = Object.keys(value).join();
    if (members === 'checkpoint') {
      const point = checkpoint(value.checkpoint, keys, last);
      const head = point.heads.get(pseudonym);
      if (point.origin !== header.origin || point.size !== tree.size) bad(index, 'a checkpoint at the wrong place');
      if (!point.root.equals(tree.root())) bad(last, `the first ${point.size} events are not those that were signed`);
      if (point.previous !== last || (lastRoot && !point.previousRoot.equals(lastRoot))) bad(Math.min(last, point.previous), 'a checkpoint is missing');
      if ((head?.count ?? 0) !== number || (head && !head.leaf.equals(previous))) bad(last, 'events of the workspace are missing');
      [last, lastRoot] = [point.size, point.root];
      continue;
    }
    if (!['index,leaf', 'index,leaf,event', 'index,leaf,stub'].includes(members) || value.index !== index) bad(index, 'a leaf at the wrong place');
    const claimed = unbase64(value.leaf, 32, index);
    if (members !== 'index,leaf') {
      const event = columns(value.event ?? value.stub, index);
      if (workspaceOf(event[8]) !== header.workspace) bad(index, 'an event of another workspace');
      if (value.stub !== undefined) {
        if (!stubs.has(event[2])) stubs.set(event[2], { first: index, hash: createHash('sha256') });
        [index, ...event].forEach(column => stubs.get(event[2]).hash.update(field(column)));
      } else if (!leafHash(index, number, previous, event).equals(claimed)) bad(index, 'the event is not what its leaf was made of');
      else if (event[5] === 'action.content_archived' && stubs.has(event[2])) {
        const { first, hash } = stubs.get(event[2]);
        if (hash.digest('hex') !== parse(event[7], index).stubs) bad(first, 'stubs that are not those that were left');
        stubs.delete(event[2]);
      }
      previous = claimed;
      number++;
    }
    tree.add(claimed);
    if (given && tree.size === given.size) {
      if (given.origin !== header.origin || !given.root.equals(tree.root())) bad(last, 'not the log that your checkpoint speaks of');
      seen = true;
    }
  }
  if (stubs.size > 0) bad(Math.min(...[...stubs.values()].map(it => it.first)), 'the event is not what its leaf was made of');
  if (last !== tree.size || header.size !== tree.size) bad(Math.min(last, tree.size), `the log should have ${Math.max(header.size, last)} events`);
  if (!seen) bad(tree.size, `your checkpoint speaks of ${given.size} events`);
  return `${tree.size} events, ${number} of them of workspace ${header.workspace}`;
}

// ---- archive ----

function verifyArchive(text, options) {
  const lines = text.split('\n');
  if (lines.pop() !== '') bad(0, 'the last line has no end');
  const header = json(lines[0]);
  if (Object.keys(header).join() !== 'format,origin,workspace,events,keys,checkpoint') bad(0, 'not an archive');
  const own = header.keys.map(verifierKey);
  if (own.some(key => key.name !== header.origin)) bad(0, 'a key of another log');
  const keys = options.key ? [verifierKey(options.key)] : own;
  const point = checkpoint(header.checkpoint, keys, 0);
  const given = options.checkpoint ? checkpoint(options.checkpoint, keys, 0) : point;
  if (point.origin !== header.origin || given.origin !== header.origin) bad(0, 'a checkpoint of another log');
  if (given.size === point.size && !given.root.equals(point.root)) bad(0, 'not the log that your checkpoint speaks of');
  const actions = new Set();
  let next = 0;
  for (const line of lines.slice(1)) {
    const value = json(line, next);
    if (Object.keys(value).join() !== 'index,number,previous,event,path' || !Number.isSafeInteger(value.index) || value.index < next
      || !Number.isSafeInteger(value.number)) bad(next, 'not the next event');
    const event = columns(value.event, value.index);
    if (workspaceOf(event[8]) !== header.workspace) bad(next, 'an event of another workspace');
    const leaf = leafHash(value.index, value.number, unbase64(value.previous, undefined, next), event);
    if (!included(leaf, value.index, point.size, value.path.map(hash => unbase64(hash, 32, next)), point.root)) bad(next, 'the event is not in the log');
    actions.add(event[2]);
    next = value.index + 1;
  }
  if (lines.length - 1 !== header.events) bad(next, `the archive should have ${header.events} events`);
  return `${header.events} archived events of ${actions.size} actions of workspace ${header.workspace}`;
}

// ---- proof pack ----

const FILES = ['manifest.txt', 'proof.json', 'index.html'];

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function zip(files) {
  const [locals, centrals] = [[], []];
  let offset = 0;
  for (const [name, bytes] of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(0x0021, 8); // 1980-01-01
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes]);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

function unzip(bytes) {
  const files = [];
  let at = 0;
  for (const name of FILES) {
    const start = at + 30 + name.length;
    if (start > bytes.length) bad(0, 'the pack is cut off');
    const size = bytes.readUInt32LE(at + 18);
    if (start + size > bytes.length) bad(0, 'the pack is cut off');
    files.push([name, bytes.subarray(start, start + size)]);
    at = start + size;
  }
  if (!zip(files).equals(bytes)) bad(0, 'a ZIP that is not written as it must be');
  return files.map(([, content]) => content);
}

function verifyPack(manifest, proofBytes, page, options) {
  const proof = parse(decode(proofBytes)); // its bytes are those of the manifest
  if (proof.format !== 'countersign-proof/1') bad(0, 'not a proof');
  const own = proof.keys.map(verifierKey);
  if (own.some(key => key.name !== proof.origin)) bad(0, 'a key of another log');
  const keys = options.key ? [verifierKey(options.key)] : own;
  const digest = bytes => sha256(bytes).toString('hex');
  const wanted = `countersign proof pack/1\norigin ${proof.origin}\naction ${proof.action}\nsha256 ${digest(proofBytes)} proof.json\n`
    + `sha256 ${digest(page)} index.html\n`;
  if (openNote(decode(manifest), keys, 0) !== wanted) bad(0, 'the files are not those of the manifest');
  const point = checkpoint(proof.checkpoint, keys, 0);
  if (point.origin !== proof.origin) bad(0, 'a checkpoint of another log');
  if (!Array.isArray(proof.events) || proof.events.length === 0) bad(0, 'no events');
  proof.events.forEach(({ index, number, previous, event, path }, place) => {
    if (!Number.isSafeInteger(index) || !Number.isSafeInteger(number)) bad(0, 'an event without its place');
    const [, type, aggregate, sequence] = columns(event, index);
    if (type !== 'Action' || aggregate !== proof.action || sequence !== String(place)) bad(index, 'not the next event of the action');
    if (workspaceOf(event[8]) !== proof.workspace) bad(index, 'an event of another workspace');
    const leaf = leafHash(index, number, unbase64(previous), event);
    if (!included(leaf, index, point.size, path.map(hash => unbase64(hash, 32)), point.root)) bad(index, 'the event is not in the log');
    const recorded = JSON.parse(event[7]).payloadDigest;
    if (recorded !== undefined && proof.content
      && digest(Buffer.concat([unbase64(proof.content.salt), Buffer.from(proof.content.params)])) !== recorded) bad(index, 'not the parameters that were recorded');
  });
  return `${proof.events.length} events of action ${proof.action}, in a log of ${point.size}`;
}

// ---- start ----

function verify(file, options) {
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return verifyPack(...unzip(bytes), options);
  const text = decode(bytes);
  if (text.startsWith('{"format":"countersign-proof-pack/1"')) {
    const pack = json(text);
    if (Object.keys(pack).join() !== 'format,manifest,proof,page') bad(0, 'not a proof pack');
    return verifyPack(...[pack.manifest, pack.proof, pack.page].map(part => Buffer.from(part, 'utf8')), options);
  }
  return text.startsWith('{"format":"countersign-archive/1"') ? verifyArchive(text, options) : verifyBundle(text, options);
}

const options = {};
const files = [];
const words = process.argv.slice(2);
while (words.length) {
  const word = words.shift();
  if (word === '--key') options.key = words.shift().trim();
  else if (word === '--checkpoint') options.checkpoint = readFileSync(words.shift(), 'utf8');
  else files.push(word);
}
if (files.length === 0) {
  console.error('usage: node verify.mjs [--key VERIFIER_KEY] [--checkpoint FILE] FILE...');
  process.exit(2);
}
for (const file of files) {
  const name = files.length > 1 ? `${file} ` : '';
  try {
    console.log(`${name}VALID ${verify(file, options)}`);
  } catch (e) {
    console.log(`${name}INVALID ${e instanceof Bad ? e.index : 0} ${e.message}`);
    process.exitCode = 1;
  }
}
