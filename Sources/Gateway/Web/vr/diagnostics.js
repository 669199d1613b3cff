/**
 * Diagnostics for tests and for people in a console: `loco.players` and `loco.socket` as on the dashboard, `loco.room`,
 * and `loco.scene` with what drawing costs: `uploads` of pictures, `calls` of the last frame, `times` of the last
 * frames, and `tiles` as they hang now.
 */
export function diagnose(room, socket) {
  const { wall, stage } = room;
  const scene = {
    room,
    renderer: stage.renderer,
    get uploads() {
      return [...wall.tiles.values()].reduce((sum, { picture }) => sum + picture.uploads, 0);
    },
    get calls() {
      return stage.calls;
    },
    get times() {
      return stage.times.summary();
    },
    get tiles() {
      return [...wall.tiles.values()].map(({ player, object, focused, ring, picture }) => ({
        id: player.id,
        position: object.position.toArray(),
        turn: object.rotation.y,
        scale: object.scale.x,
        focused,
        level: ring.level,
        uploads: picture.uploads,
        rendition: player.rendition,
      }));
    },
    /** Where a place of a tile, 0..1 from the top left of its picture's screen, is on the page. */
    placeOnPage(id, x = 0.5, y = 0.5) {
      return project(stage, wall.tiles.get(id).picture.mesh, x, y);
    },
    /** Where a cell of a board is on the page. */
    cellOnPage(board, cell) {
      const { x, y } = board.placeOf(cell);
      return project(stage, board.mesh, x, 1 - y);
    },
  };
  return { get players() { return wall.players; }, socket, room, scene };
}

function project({ camera, renderer }, mesh, x, y) {
  mesh.updateWorldMatrix(true, false);
  camera.updateWorldMatrix(true, false);
  camera.matrixWorldInverse.getInverse(camera.matrixWorld);
  const { width, height } = mesh.geometry.parameters;
  const point = mesh.position.clone().set((x - 0.5) * width, (0.5 - y) * height, 0).applyMatrix4(mesh.matrixWorld).project(camera);
  const box = renderer.domElement.getBoundingClientRect();
  return { x: box.left + ((point.x + 1) / 2) * box.width, y: box.top + ((1 - point.y) / 2) * box.height };
}
