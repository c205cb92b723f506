/** Models look at pictures of this size at most; more pixels are only more bytes. */
const LONGEST_SIDE_PX = 2000;

const QUALITY = 0.86;

/** The same picture with fewer pixels and as a JPEG; as it was where that is no gain. */
export async function shrunk(picture: Blob): Promise<Blob> {
  try {
    const bitmap = await createImageBitmap(picture);
    const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pen = canvas.getContext("2d");
    if (!pen) {
      return picture;
    }
    // JPEG has no transparency; what is not painted would be black.
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", QUALITY);
    });
    return smaller && smaller.size < picture.size ? smaller : picture;
  } catch {
    return picture;
  }
}
