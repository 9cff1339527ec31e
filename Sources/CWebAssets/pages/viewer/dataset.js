// What the server tells of the dataset, asked for again when it has changed.

/** The dataset and its episodes as they are known now. */
export const dataset = { info: null, episodes: null };

/** Asks the server; its own words are the error's. */
export async function get(path, options = {}) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error((await response.text()).trim() || `${response.status}`);
  return response;
}

const json = async path => (await get(path)).json();

/** Asks again; what is another now: "dataset", "labels", or null. */
export async function refresh() {
  const info = await json("/api/dataset");
  const isNew = info.generation !== dataset.info?.generation;
  if (isNew || info.labelled !== dataset.info?.labelled) dataset.episodes = await json("/api/episodes");
  const isLabelled = info.labelled !== dataset.info?.labelled;
  dataset.info = info;
  return isNew ? "dataset" : isLabelled ? "labels" : null;
}

export const episode = number => json(`/api/episodes/${number}?g=${dataset.info.generation}`);

/** The numbers of an episode: times, columns, and what the capture times tell. */
export async function rows(number) {
  const bytes = await (await get(`/api/episodes/${number}/rows?g=${dataset.info.generation}`)).arrayBuffer();
  const start = new Uint8Array(bytes).indexOf(10) + 1;
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(0, start)));
  const numbers = new Float32Array(bytes, start);
  let place = 0;
  const take = count => numbers.subarray(place, place += count);
  const found = { count: header.count, times: take(header.count), columns: [], late: null, cameras: {} };
  for (const column of header.columns) found.columns.push({ ...column, values: take(header.count * column.width) });
  if (header.hasTimes) {
    found.late = take(header.count);
    for (const name of header.cameras) found.cameras[name] = { age: take(header.count), repeated: take(header.count) };
  }
  return found;
}

/** The address of the exact picture of a row, `width` pixels wide at most. */
export function pictureAddress(number, feature, row, width) {
  const size = width ? `&w=${width}` : "";
  return `/api/episodes/${number}/cameras/${encodeURIComponent(feature)}/rows/${row}?g=${dataset.info.generation}${size}`;
}

export const videoAddress = (feature, [chunk, file]) =>
  `/g/${dataset.info.generation}/videos/${encodeURIComponent(feature)}/${chunk}/${file}`;
