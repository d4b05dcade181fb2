"""What the room of offline work keeps."""

from residents.offline.models.items import SyncItem
from residents.offline.models.photos import PhotoPart, PhotoUpload

__all__ = ["PhotoPart", "PhotoUpload", "SyncItem"]
